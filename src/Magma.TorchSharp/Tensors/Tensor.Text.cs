using System.Globalization;
using System.Text;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>How tensors are written where no style is asked for.</summary>
    public static TensorStringStyle TensorStringStyle { get; set; } = TensorStringStyle.Metadata;

    public const TensorStringStyle julia = TensorStringStyle.Julia;

    public const TensorStringStyle numpy = TensorStringStyle.Numpy;

    public const TensorStringStyle csharp = TensorStringStyle.CSharp;

    public partial class Tensor
    {
        // As in NumPy: of long dimensions the first and last entries are written.
        private const long EdgeItems = 3;
        private const long LongestWhole = 1000;

        /// <summary>Shape, type and device.</summary>
        public override string ToString() => IsInvalid ? "disposed tensor" : Metadata();

        /// <summary>
        /// Shape, type and device (Metadata), followed by the elements (Julia), or the elements in nested brackets (Numpy) or braces
        /// (CSharp).
        /// Tensors of more than 1000 elements are written with their edges only.
        /// </summary>
        public string ToString(
            TensorStringStyle style,
            string? fltFormat = null,
            int? width = null,
            CultureInfo? cultureInfo = null,
            string? newLine = null)
        {
            style = style == TensorStringStyle.Default ? torch.TensorStringStyle : style;
            if (style == TensorStringStyle.Metadata)
            {
                return ToString();
            }

            var (open, close) = style == TensorStringStyle.CSharp ? ("{", "}") : ("[", "]");
            var line = newLine ?? Environment.NewLine;
            var text = new StringBuilder(style == TensorStringStyle.Julia ? Metadata() + line : string.Empty);
            using var scope = NewDisposeScope();
            using var unrecorded = no_grad();
            var numbers = is_floating_point() ? to(ScalarType.Float64) : dtype == ScalarType.Bool ? this : to(ScalarType.Int64);
            numbers.cpu().Write(text, open, close, line, 0, fltFormat ?? "g5", cultureInfo ?? CultureInfo.CurrentCulture);
            return text.ToString();
        }

        private string Metadata() => $"[{string.Join('x', shape)}], type = {dtype}, device = {device}";

        private void Write(StringBuilder text, string open, string close, string line, int depth, string format, IFormatProvider culture)
        {
            if (ndim == 0)
            {
                text.Append(dtype switch
                {
                    ScalarType.Float64 => item<double>().ToString(format, culture),
                    ScalarType.Bool => item<bool>() ? "True" : "False",
                    _ => item<long>().ToString(culture),
                });
                return;
            }

            text.Append(open);
            var count = size(0);
            var shortened = numel() > LongestWhole && count > 2 * EdgeItems;
            var separator = ndim == 1 ? ", " : $",{line}{new string(' ', depth + 1)}";
            for (var i = 0L; i < count; i++)
            {
                if (shortened && i == EdgeItems)
                {
                    text.Append("...").Append(separator);
                    i = count - EdgeItems;
                }

                using var entry = select(0, i);
                entry.Write(text, open, close, line, depth + 1, format, culture);
                text.Append(i < count - 1 ? separator : string.Empty);
            }

            text.Append(close);
        }
    }
}
