"""Modules of PyTorch and models of Keras as networks, the intermediate form that ONNX files are read to.

`torch_export` traces a module with `torch.export`, whose graph torch's own exporter writes with the operators of ONNX;
`module_inputs` holds what it is traced on, `single_nodes` keeps recurrent layers and attention whole, and
`exported_names` gives nodes and sizes the names of the module.  `keras_graph` walks through the layers of a model of
Keras, each by a rule of `keras_layers`.  `spelled` finds what a command line calls `package.module:Net`.
"""
