"""The REST API: what the outside world may rely on."""
