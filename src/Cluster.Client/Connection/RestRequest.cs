using Cluster.Client.Values;
using Cluster.Contracts.Rest;
using Cluster.Contracts.Time;

namespace Cluster.Client.Connection;

/// <summary>A request before it is sent: method, path, query, headers, body.</summary>
internal sealed class RestRequest(HttpMethod method, string path)
{
    private const long WorthAsking = 1024 * 1024;
    private readonly List<string> query = [];
    private readonly List<(string Name, string Value)> headers = [];

    /// <summary>The body; null = none.</summary>
    public HttpContent? Body { get; init; }

    /// <summary>Adds a query parameter; null = leaves it out.</summary>
    public RestRequest Query(string name, string? value)
    {
        if (value is not null) query.Add($"{name}={Uri.EscapeDataString(value)}");
        return this;
    }

    /// <summary>Adds a header; null = leaves it out.</summary>
    public RestRequest Header(string name, string? value)
    {
        if (value is not null) headers.Add((name, value));
        return this;
    }

    /// <summary>Adds what a read asks for.</summary>
    public RestRequest With(ViewOptions? view) =>
        view is null ? this : Query("level", view.Level?.ToString()).Header(RestHeaders.ChangeSet, view.ChangeSet?.ToString());

    /// <summary>Adds what a write asks for.</summary>
    public RestRequest With(WriteOptions? write)
    {
        if (write is null) return this;
        return Query("level", write.Level?.ToString())
            .Query("dryRun", write.DryRun ? "true" : null)
            .Query("acknowledge", write.Acknowledge.Count > 0 ? string.Join(',', write.Acknowledge) : null)
            .Query("wait", write.Wait is { } wait ? DurationText.Format(wait) : null)
            .Header(RestHeaders.ChangeSet, write.ChangeSet?.ToString())
            .Header(RestHeaders.IdempotencyKey, write.IdempotencyKey)
            .Header("If-Match", write.IfMatch)
            .Header("If-None-Match", write.CreateOnly ? "*" : null);
    }

    /// <summary>The message for an HTTP client.</summary>
    public HttpRequestMessage ToMessage()
    {
        var address = query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
        var message = new HttpRequestMessage(method, new Uri(address, UriKind.Relative)) { Content = Body };
        foreach (var (name, value) in headers) message.Headers.TryAddWithoutValidation(name, value);

        // A server that refuses a large body says so before it is sent.
        if (Body?.Headers.ContentLength > WorthAsking) message.Headers.ExpectContinue = true;
        return message;
    }
}
