from seedsoil.display.tables import table as table
from seedsoil.display.text import bind as bind, estimate as estimate, interval as interval, p_value as p_value, percent as percent
from seedsoil.evidence import retracted as retracted
from seedsoil.synthesis.pooling import pool as pool
from seedsoil.tables import load as load
