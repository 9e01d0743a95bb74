"""Going through a recorded run again: by executing it, and by folding it."""
