"""What strangers install and run: the wheel, container, units of systemd, rules of Prometheus, the documentation site."""
