"""What operators see and change of a running service: metrics, incidents, configuration, topics, waiting entries."""
