"""What a score is asked, at points of its data: is it a score, what does it see, what has it lost."""
