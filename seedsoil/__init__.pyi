from seedsoil.display.tables import table as table
from seedsoil.display.text import (
    bind as bind,
)
from seedsoil.display.text import (
    estimate as estimate,
)
from seedsoil.display.text import (
    interval as interval,
)
from seedsoil.display.text import (
    p_value as p_value,
)
from seedsoil.display.text import (
    percent as percent,
)
from seedsoil.evidence import retracted as retracted
from seedsoil.synthesis.pooling import pool as pool
from seedsoil.tables import load as load
