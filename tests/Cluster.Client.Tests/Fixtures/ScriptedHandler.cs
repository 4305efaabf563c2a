using System.Net;
using System.Text;

namespace Cluster.Client.Tests.Fixtures;

/// <summary>Answers requests in order, without a network, and notes them.</summary>
internal sealed class ScriptedHandler(params (HttpStatusCode Status, string MediaType, string Body)[] answers) : HttpMessageHandler
{
    private readonly Queue<(HttpStatusCode Status, string MediaType, string Body)> left = new(answers);

    /// <summary>Path and query of every request.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Is run after each answer was made.</summary>
    public Action? Answered { get; init; }

    /// <summary>Headers that every answer carries.</summary>
    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>A client on this handler.</summary>
    public ClusterClient Client(TimeProvider? clock = null) =>
        new(
            this,
            new Connection.ClusterClientOptions { Address = new Uri("https://manager.example"), Clock = clock ?? TimeProvider.System });

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Asked.Add(request.RequestUri!.PathAndQuery);
        var (status, mediaType, body) = left.Dequeue();
        var response = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, mediaType) };
        foreach (var (name, value) in Headers) response.Headers.TryAddWithoutValidation(name, value);
        Answered?.Invoke();
        return Task.FromResult(response);
    }
}
