"""A Canvas and a Studio to run the tool against on one machine.

Built from what the real systems are known to do, never from what our tool happens to send: it is the judge. It speaks
only the wire and imports nothing of the tool. It refuses to bind anything but loopback.
"""
