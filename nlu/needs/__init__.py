"""The network that reads needs: for each token whether a need begins there and which it is, the whole sentence in sight."""
