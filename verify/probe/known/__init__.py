"""What a probe knows of the data: the training set, its principal axes, points of the model itself."""
