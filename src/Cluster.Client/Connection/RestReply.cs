using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Cluster.Client.Values;
using Cluster.Contracts.Rest;

namespace Cluster.Client.Connection;

/// <summary>A successful answer, read to its end.</summary>
internal sealed class RestReply(HttpResponseMessage response, byte[] body)
{
    /// <summary>The body as it came.</summary>
    public byte[] Bytes => body;

    /// <summary>The body as text in UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(body);

    private string? ETag { get; } = Header(response, "ETag");

    private string? Revision { get; } = Header(response, RestHeaders.Revision);

    private string? Rollout { get; } = Header(response, RestHeaders.Rollout);

    private string? ChangeSet { get; } = Header(response, RestHeaders.ChangeSet);

    private bool Created { get; } = response.StatusCode == HttpStatusCode.Created;

    /// <summary>The body as JSON.</summary>
    /// <exception cref="JsonException">The body does not fit the type.</exception>
    public T Read<T>() => JsonSerializer.Deserialize(body, ClientJson.Of<T>()) ?? throw new JsonException("The answer is null.");

    /// <summary>The body with its entity tag.</summary>
    public Versioned<T> ReadVersioned<T>() => new(Read<T>(), ETag);

    /// <summary>The value of a read with its entity tag.</summary>
    public Versioned<T> Versioned<T>(T value) => new(value, ETag);

    /// <summary>The body with the receipt of the write.</summary>
    public Written<T> ReadWritten<T>() => new(Read<T>(), Receipt());

    /// <summary>What the write did.</summary>
    public ChangeReceipt Receipt() => new()
    {
        ETag = ETag,
        Created = Created,
        Revision = long.TryParse(Revision, CultureInfo.InvariantCulture, out var revision) ? revision : null,
        Rollout = Guid.TryParse(Rollout, out var rollout) ? rollout : null,
        ChangeSet = Guid.TryParse(ChangeSet, out var changeSet) ? changeSet : null,
    };

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;
}
