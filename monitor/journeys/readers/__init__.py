"""A reader's journeys: subscribe, confirm, choose, move, leave; what the operator does for one."""
