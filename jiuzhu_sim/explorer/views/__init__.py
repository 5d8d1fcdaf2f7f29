"""What is shown of a scenario or a family: pure functions from a state to HTML with SVG."""
