"""What people are shown of runs: the words, the rows and the index they are answered from."""
