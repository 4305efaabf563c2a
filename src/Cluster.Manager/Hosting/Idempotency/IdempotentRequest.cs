using System.Security.Cryptography;
using System.Text;
using Cluster.Manager.Hosting.Access;

namespace Cluster.Manager.Hosting.Idempotency;

/// <summary>A request that carries an idempotency key.</summary>
/// <param name="Key">SHA-256 over principal, method, path and key, lower-case hex.</param>
/// <param name="BodyMac">MAC of the body, lower-case hex.</param>
internal sealed record IdempotentRequest(string Key, string BodyMac)
{
    private const int MaxKeyLength = 255;

    /// <summary>Whether a header value can be a key: 1 to 255 visible ASCII characters.</summary>
    public static bool IsKey(string? value) => value is { Length: > 0 and <= MaxKeyLength } && value.All(c => c is > ' ' and <= '~');

    /// <summary>
    /// Reads the body into memory (never to disk: it may hold keys and passwords), leaves it to be read again, and names the
    /// request.
    /// </summary>
    public static async Task<IdempotentRequest> ReadAsync(HttpContext context, string key, byte[] macKey)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var mac = Convert.ToHexStringLower(HMACSHA256.HashData(macKey, body.GetBuffer().AsSpan(0, (int)body.Length)));
        body.Position = 0;
        context.Request.Body = body;
        var request = context.Request;
        var name = string.Join('\n', context.Caller().TokenId, request.Method, request.Path.Value, request.QueryString.Value, key);
        return new IdempotentRequest(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name))), mac);
    }
}
