"""Who sits with whom after a move: groups chosen so that people stay together. Software proposes, people decide."""
