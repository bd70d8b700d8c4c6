import time

from tests.targets.kubernetes.objects import stacks

from homeport.targets.kubernetes import yaml_text
from homeport.targets.kubernetes.objects import render

RENDER_S = 0.05


def test_rendering_takes_no_time():
    chosen = stacks.chosen()
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        yaml_text.documents(render.objects(chosen, stacks.MATERIAL))
        taken.append(time.perf_counter() - start)
    assert min(taken) < RENDER_S
