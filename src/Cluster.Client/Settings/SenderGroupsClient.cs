using System.Text;
using Cluster.Client.Connection;
using Cluster.Client.Values;
using Cluster.Contracts.Rest;
using Cluster.Contracts.Settings;

namespace Cluster.Client.Settings;

/// <summary>The sender groups of listeners as text, with comments: one entry a group, as AsyncOS exports them.</summary>
public sealed class SenderGroupsClient
{
    private readonly ResourceScope scope;

    internal SenderGroupsClient(ResourceScope scope) => this.scope = scope;

    /// <summary>Exports the groups and the default policy of a listener.</summary>
    public async Task<Versioned<string>> ExportAsync(string listener, ViewOptions? view = null, CancellationToken ct = default)
    {
        var request = new RestRequest(HttpMethod.Get, Path(listener)).With(scope.View(view)).Header("Accept", MediaTypes.Text);
        var reply = await scope.Transport.SendAsync(request, ct).ConfigureAwait(false);
        return reply.Versioned(reply.Text);
    }

    /// <summary>
    /// Replaces the groups of a listener by those of a text, and its default policy when the text has an entry <c>ALL</c>; answers
    /// the text as it is exported now.
    /// </summary>
    public async Task<Written<string>> ImportAsync(
        string listener, string text, WriteOptions? options = null, CancellationToken ct = default)
    {
        var request = new RestRequest(HttpMethod.Put, Path(listener))
        {
            Body = RestTransport.File(Encoding.UTF8.GetBytes(text), MediaTypes.Text),
        };
        var reply = await scope.Transport.SendAsync(request.With(scope.Write(options)), ct).ConfigureAwait(false);
        return new Written<string>(reply.Text, reply.Receipt());
    }

    private string Path(string listener) => scope.Routes.ItemAction(Listener.Kind, listener, "sender-groups");
}
