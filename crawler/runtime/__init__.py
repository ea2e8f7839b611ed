"""What every program of ours needs of its machine: clock, log, traces, memory, processes, signals, texts made safe to show.

Imports nothing of ours but the model.
"""
