"""What the bridge is held against. Each is written as its documentation shows, and no worse."""
