namespace Magma.Torch;

/// <summary>Opens the weights of a checkpoint, whichever of the two formats they are in.</summary>
public static class TensorFiles
{
    private static readonly string[] PyTorchEndings = [".bin", ".pt", ".pth", ".ckpt", PyTorchCheckpoint.IndexEnding];

    /// <summary>
    /// Opens a file, an index, or a folder. In a folder safetensors are taken where there are any, else <c>pytorch_model.bin</c> or its
    /// index.
    /// </summary>
    /// <exception cref="InvalidDataException">The file breaks a rule of its format; the message names file and rule.</exception>
    /// <exception cref="IOException">There is no such file, or no weights in the folder.</exception>
    public static ITensorFile Open(string path)
    {
        if (!Directory.Exists(path))
        {
            return Array.Exists(PyTorchEndings, ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                ? PyTorchCheckpoint.Open(path)
                : SafetensorsFile.Open(path);
        }

        string[] names = [SafetensorsFile.IndexName, SafetensorsFile.SingleName, PyTorchCheckpoint.IndexName, PyTorchCheckpoint.SingleName];
        return Array.Find(names, name => File.Exists(Path.Combine(path, name))) is { } found
            ? Open(Path.Combine(path, found))
            : throw new FileNotFoundException($"{path} holds no weights: expected one of {string.Join(", ", names)}");
    }
}
