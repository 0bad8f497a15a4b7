"""The managed bibliography: entries, their identity, what they must hold, how they are printed and edited."""
