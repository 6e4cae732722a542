"""Weights of other frameworks: files of arrays, and profiles, which say what a framework calls and how it stores them.

file      -> arrays       `weight_files`: .npz, .safetensors, PyTorch's state dictionaries, Keras' .weights.h5
framework -> rules        `profile_rules`: one data file for each, in `shapecheck/bridge/profiles`
both      -> arrays       `matching_names`: each weight of the spec by its name in the file, never by its order
"""
