using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cluster.Testing.Rest;

/// <summary>What REST answered.</summary>
public sealed record RestAnswer(int Status, byte[] Bytes, string MediaType, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>The body as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Bytes) ?? throw new JsonException("The body is null.");

    /// <summary>Stable code of a problem; empty when it is none.</summary>
    public string Code => MediaType == "application/problem+json" ? (string?)Json["code"] ?? "" : "";

    /// <summary>The answer, if it has one of these statuses; else an exception that shows it.</summary>
    public RestAnswer Expect(params int[] statuses) =>
        statuses.Contains(Status) ? this : throw new TestGaveUpException($"Expected {string.Join(" or ", statuses)}, got {this}");

    /// <inheritdoc/>
    public override string ToString() => $"{Status} {MediaType}: {Text}";
}
