using TorchSharp.Modules;
using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>
            /// A table of vectors, drawn from the standard normal distribution; the row of padding_idx is zero and gets no gradient.
            /// </summary>
            /// <exception cref="NotSupportedException">max_norm is given.</exception>
            public static Embedding Embedding(
                long num_embeddings,
                long embedding_dims,
                long? padding_idx = null,
                double? max_norm = null,
                double norm_type = 2,
                bool scale_grad_by_freq = false,
                bool sparse = false,
                Device? device = null,
                ScalarType? dtype = null)
            {
                using var unrecorded = no_grad();
                var table = randn(num_embeddings, embedding_dims, dtype, device);
                if (padding_idx is not null)
                {
                    using var row = table[padding_idx.Value];
                    row.zero_();
                }

                return new(new Parameter(table), padding_idx, max_norm, scale_grad_by_freq, sparse);
            }

            /// <summary>Over a table that exists already; freeze keeps it out of training.</summary>
            public static Embedding Embedding_from_pretrained(
                Tensor embeddings,
                bool freeze = true,
                long? padding_idx = null,
                double? max_norm = null,
                double norm_type = 2,
                bool scale_grad_by_freq = false,
                bool sparse = false,
                Device? device = null,
                ScalarType? dtype = null)
            {
                var table = embeddings.to(dtype ?? embeddings.dtype, device ?? embeddings.device);
                return new(new Parameter(table, !freeze), padding_idx, max_norm, scale_grad_by_freq, sparse);
            }
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>
    /// Looks vectors up by number: numbers of any shape → that shape with the length of a vector at its end. weight is the table, (count,
    /// length), drawn from the standard normal distribution. Owns it.
    /// </summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">
    /// Calling it with a number outside the table.
    /// </exception>
    public class Embedding : nn.Module<Tensor, Tensor>
    {
        private readonly long padding;
        private readonly bool scaleByFrequency;
        private readonly bool sparseGradient;
        private Parameter table;

        internal Embedding(Parameter table, long? padding, double? maxNorm, bool scaleByFrequency, bool sparseGradient)
            : base(nameof(Embedding))
        {
            if (maxNorm is not null)
            {
                throw new NotSupportedException("Embedding: max_norm is not bound");
            }

            (this.table, this.padding) = (table, padding ?? -1);
            (this.scaleByFrequency, this.sparseGradient) = (scaleByFrequency, sparseGradient);
            register_parameter(nameof(weight), table);
        }

        public Parameter weight
        {
            get => table;
            set => ConditionallyRegisterParameter(nameof(weight), table = value);
        }

        /// <param name="input">Row numbers, int32 or int64, of any shape.</param>
        /// <returns>The shape of input with the vectors' length at its end.</returns>
        public override Tensor forward(Tensor input) => Aten.embedding.Call(table, input, padding, scaleByFrequency, sparseGradient);
    }
}
