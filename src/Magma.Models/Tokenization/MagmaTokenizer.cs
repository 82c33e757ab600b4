using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Magma.Models.Tokenization;

/// <summary>The files of Magma's tokenizer, made of Llama 3's: five more tokens and the chat template.</summary>
public static class MagmaTokenizer
{
    private const string ChatTemplate =
        "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'"
        + "+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}";

    private static readonly AddedToken[] Tokens =
    [
        new(128256, "<pad>"), new(128257, "<image>"), new(128258, "<action>"), new(128259, "<image_start>"), new(128260, "<image_end>"),
    ];

    /// <summary>tokenizer.json.</summary>
    /// <param name="llama3Json">Llama 3's.</param>
    /// <exception cref="InvalidDataException">It is no tokenizer, or one of the ids is taken.</exception>
    public static byte[] TokenizerJson(ReadOnlySpan<byte> llama3Json) => TokenizerExtension.Extend(llama3Json, Tokens, "<|begin_of_text|>");

    /// <summary>tokenizer_config.json.</summary>
    public static byte[] ConfigJson()
    {
        var config = new JsonObject
        {
            ["bos_token"] = "<|begin_of_text|>",
            ["chat_template"] = ChatTemplate,
            ["clean_up_tokenization_spaces"] = true,
            ["eos_token"] = "<|eot_id|>",
            ["pad_token"] = "<pad>",
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
        };
        return Encoding.UTF8.GetBytes(config.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
    }
}
