def write_letter(**kwargs):
    raise NotImplementedError
