"""The figures of scripts/plot.py; every module adds its own to FIGURES."""
