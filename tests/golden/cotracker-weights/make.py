# Every tensor of the published names and shapes as one number spread over its shape (stride 0), so that the files stay small:
# tensor i of the list holds i / 1024; the offline file is a plain state dict, the online one stands under "model" as in training.
import json, torch
from collections import OrderedDict
names = json.load(open('../cotracker/parameters.json'))['parameters']
for kind, rows in (('offline', 60), ('online', 16)):
    state = OrderedDict()
    shapes = dict(names); shapes['time_emb'] = [1, rows, 1110]
    big = torch.arange(len(shapes), dtype=torch.float32) / 1024
    for i, (name, shape) in enumerate(sorted(shapes.items())):
        state[name] = big[i].expand(shape)
    torch.save(state if kind == 'offline' else {'model': state, 'total_steps': 3}, f'{kind}.pth')
