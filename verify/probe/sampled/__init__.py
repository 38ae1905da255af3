"""What a score generates: samples that are copies, clones that collide, memorization along training."""
