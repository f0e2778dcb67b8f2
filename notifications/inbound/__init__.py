"""Letters that come in: fetched or posted, kept byte for byte, read without trusting one. It knows no incident."""
