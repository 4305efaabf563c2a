using System.Text.Json;
using System.Text.Json.Nodes;
using Cluster.Client.Connection;
using Cluster.Client.Values;
using Cluster.Contracts.Settings;

namespace Cluster.Client.Settings;

/// <summary>
/// Reading and writing of one kind, named or singleton. REST shows a document together with what identifies it (name or domain, level,
/// hidden); here they are apart, so that a document that was read can be changed and written again.
/// </summary>
internal sealed class SettingsEndpoint<T>(ResourceScope scope)
    where T : class
{
    public async Task<Versioned<SettingsItem<T>>> GetAsync(string path, string name, ViewOptions? view, CancellationToken ct)
    {
        var reply = await scope.Transport.SendAsync(new RestRequest(HttpMethod.Get, path).With(scope.View(view)), ct).ConfigureAwait(false);
        return reply.Versioned(Read(reply.Read<JsonElement>(), name));
    }

    public async IAsyncEnumerable<SettingsItem<T>> ListAsync(
        string path, ViewOptions? view, string? level, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var rows = scope.Transport.ListAsync<JsonElement>(
            () => new RestRequest(HttpMethod.Get, path).With(scope.View(view)).Query("level", level), ct);
        await foreach (var row in rows.ConfigureAwait(false)) yield return Read(row, Kinds.SingletonName);
    }

    public async Task<Written<SettingsItem<T>>> WriteAsync<TBody>(
        HttpMethod method, string path, string name, TBody body, WriteOptions? options, CancellationToken ct)
    {
        var written = await scope.Transport.WriteAsync<TBody, JsonElement>(
            method, path, body, scope.Write(options), ct).ConfigureAwait(false);
        return new Written<SettingsItem<T>>(Read(written.Value, name), written.Receipt);
    }

    public Task<Written<SettingsItem<T>>> HideAsync(string path, string name, WriteOptions? options, CancellationToken ct) =>
        WriteAsync(HttpMethod.Put, path, name, new JsonObject { ["hidden"] = true }, options, ct);

    public Task<ChangeReceipt> DeleteAsync(string path, WriteOptions? options, CancellationToken ct) =>
        scope.Transport.DeleteAsync(path, scope.Write(options), ct);

    private static SettingsItem<T> Read(JsonElement shown, string name)
    {
        var hidden = shown.TryGetProperty("hidden", out var flag) && flag.ValueKind == JsonValueKind.True;
        var document = hidden ? null : shown.Deserialize(ClientJson.Of<T>());
        return new SettingsItem<T>(Text(shown, "name") ?? Text(shown, "domain") ?? name, document) { Level = Text(shown, "level") };
    }

    private static string? Text(JsonElement shown, string member) =>
        shown.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
