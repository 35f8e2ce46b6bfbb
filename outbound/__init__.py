"""What goes out: requests to addresses that strangers name, signed, and only to where they may go."""
