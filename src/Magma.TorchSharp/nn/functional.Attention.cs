namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>
            /// softmax(query · keyᵀ / √d + mask) · value over (…, tokens, d). attn_mask is added, or where it is boolean, false forbids.
            /// is_casual forbids looking ahead (the name is TorchSharp's); p is the dropout on the weights.
            /// </summary>
            /// <exception cref="ArgumentException">Both a mask and is_casual are given.</exception>
            public static Tensor scaled_dot_product_attention(
                Tensor query,
                Tensor key,
                Tensor value,
                Tensor? attn_mask = null,
                double p = 0,
                bool is_casual = false)
            {
                if (attn_mask is not null && is_casual)
                {
                    throw new ArgumentException("scaled_dot_product_attention takes a mask or is_casual, not both");
                }

                using var scope = NewDisposeScope();
                var scaled = query * (1 / Math.Sqrt(query.size(-1)));
                var scores = scaled.matmul(key.mT);
                if (is_casual)
                {
                    var ahead = ones(query.size(-2), key.size(-2), ScalarType.Bool, query.device).triu_(1);
                    scores = scores.masked_fill_(ahead, double.NegativeInfinity);
                }
                else if (attn_mask is not null)
                {
                    scores = attn_mask.dtype == ScalarType.Bool
                        ? scores.masked_fill_(attn_mask.logical_not(), double.NegativeInfinity)
                        : scores.add(attn_mask);
                }

                var weights = scores.softmax(-1);
                return (p > 0 ? dropout(weights, p) : weights).matmul(value).MoveToOuterDisposeScope();
            }
        }
    }
}
