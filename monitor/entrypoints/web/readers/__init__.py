"""The readers' pages and their twins for programs: subscribe, confirm, prefer, move, leave."""
