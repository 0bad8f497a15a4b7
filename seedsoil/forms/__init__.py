"""Issue forms of the repository: what a reader typed into one, what the book says about it, and the row it becomes."""
