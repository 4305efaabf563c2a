using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Cluster.Client.Problems;
using Cluster.Client.Values;
using Cluster.Contracts.Paging;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Rest;
using Cluster.Contracts.Revisions;

namespace Cluster.Client.Connection;

/// <summary>Sends requests and turns refusals into <see cref="ProblemException"/>.</summary>
internal sealed class RestTransport(HttpClient http, TimeProvider clock)
{
    /// <summary>The clock that waiting goes by.</summary>
    public TimeProvider Clock => clock;

    /// <summary>A JSON body.</summary>
    public static HttpContent Json<T>(T value, string mediaType = MediaTypes.Json)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(value, ClientJson.Of<T>()));
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return content;
    }

    /// <summary>A file as the body.</summary>
    public static HttpContent File(ReadOnlyMemory<byte> bytes, string mediaType)
    {
        var content = new ReadOnlyMemoryContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return content;
    }

    /// <summary>Sends a request and reads the answer to its end.</summary>
    /// <exception cref="ProblemException">The answer is no success.</exception>
    public async Task<RestReply> SendAsync(RestRequest request, CancellationToken ct)
    {
        using var message = request.ToMessage();
        using var response = await http.SendAsync(message, HttpCompletionOption.ResponseContentRead, ct).ConfigureAwait(false);
        var body = await response.Content.ReadAsByteArrayAsync(ct).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw new ProblemException(ReadProblem(response, body), RetryAfter(response));
        return new RestReply(response, body);
    }

    /// <summary>Reads a resource; fails with the problem <c>not-found</c> when there is none.</summary>
    public async Task<Versioned<T>> GetAsync<T>(string path, ViewOptions? view, CancellationToken ct) =>
        (await SendAsync(new RestRequest(HttpMethod.Get, path).With(view), ct).ConfigureAwait(false)).ReadVersioned<T>();

    /// <summary>Writes with a JSON body and reads the resource that is answered.</summary>
    public async Task<Written<TAnswer>> WriteAsync<TBody, TAnswer>(
        HttpMethod method, string path, TBody body, WriteOptions? options, CancellationToken ct)
    {
        var request = new RestRequest(method, path) { Body = Json(body, MediaTypeOf(method)) };
        return (await SendAsync(request.With(options), ct).ConfigureAwait(false)).ReadWritten<TAnswer>();
    }

    /// <summary>Acts without a body and reads the resource that is answered.</summary>
    public async Task<Written<TAnswer>> ActAsync<TAnswer>(string path, WriteOptions? options, CancellationToken ct) =>
        (await SendAsync(new RestRequest(HttpMethod.Post, path).With(options), ct).ConfigureAwait(false)).ReadWritten<TAnswer>();

    /// <summary>Commits, and reads the revision that is answered; a dry run answers none.</summary>
    public async Task<Written<RevisionShape?>> CommitAsync<TBody>(string path, TBody body, WriteOptions? options, CancellationToken ct)
    {
        var reply = await SendAsync(new RestRequest(HttpMethod.Post, path) { Body = Json(body) }.With(options), ct).ConfigureAwait(false);
        return new Written<RevisionShape?>(reply.Bytes.Length == 0 ? null : reply.Read<RevisionShape>(), reply.Receipt());
    }

    /// <summary>Deletes a resource.</summary>
    public async Task<ChangeReceipt> DeleteAsync(string path, WriteOptions? options, CancellationToken ct) =>
        (await SendAsync(new RestRequest(HttpMethod.Delete, path).With(options), ct).ConfigureAwait(false)).Receipt();

    /// <summary>Reads a list page by page; the next page is asked for when the caller gets there.</summary>
    /// <param name="first">Makes the request of a page.</param>
    /// <param name="ct">Ends the reading.</param>
    public async IAsyncEnumerable<T> ListAsync<T>(Func<RestRequest> first, [EnumeratorCancellation] CancellationToken ct)
    {
        string? token = null;
        do
        {
            var reply = await SendAsync(first().Query("pageToken", token), ct).ConfigureAwait(false);
            var page = reply.Read<Page<T>>();
            foreach (var item in page.Items) yield return item;
            token = page.NextPageToken;
        }
        while (token is not null);
    }

    private static string MediaTypeOf(HttpMethod method) => method == HttpMethod.Patch ? MediaTypes.MergePatch : MediaTypes.Json;

    private static ProblemShape ReadProblem(HttpResponseMessage response, byte[] body)
    {
        var status = (int)response.StatusCode;
        if (response.Content.Headers.ContentType?.MediaType != MediaTypes.Problem)
        {
            var text = Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 1024)));
            return new ProblemShape { Status = status, Title = response.ReasonPhrase ?? "", Detail = text };
        }

        try
        {
            return JsonSerializer.Deserialize(body, ClientJson.Of<ProblemShape>()) ?? new ProblemShape { Status = status };
        }
        catch (JsonException e)
        {
            return new ProblemShape { Status = status, Detail = $"The problem document cannot be read: {e.Message}" };
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - clock.GetUtcNow(),
        _ => null,
    };
}
