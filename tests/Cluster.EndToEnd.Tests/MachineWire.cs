using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Cluster.Protocol.V1;
using Cluster.Testing;
using Cluster.Testing.Programs;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cluster.EndToEnd.Tests;

/// <summary>The agents' port, spoken to with the identity that lies on a host's disk: what somebody can do who took a host over.</summary>
internal sealed class MachineWire : IAsyncDisposable
{
    private const int ChecksumLength = 65;
    private readonly X509Certificate2 identity;
    private readonly X509Certificate2 root;
    private readonly GrpcChannel channel;
    private readonly AsyncDuplexStreamingCall<AgentMessage, ManagerMessage> call;
    private readonly CancellationTokenSource limit = new(Patience.State);

    private MachineWire(AgentProcess agent, ManagerProcess manager)
    {
        using var state =
            JsonDocument.Parse(File.ReadAllBytes(Path.Combine(agent.StateDirectory, "session/identity.json")).AsMemory(ChecksumLength));
        Generation = state.RootElement.GetProperty("generation").GetUInt32();
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(state.RootElement.GetProperty("key").GetBytesFromBase64(), out _);
        using var leaf = X509CertificateLoader.LoadCertificate(state.RootElement.GetProperty("chain")[0].GetBytesFromBase64());
        identity = leaf.CopyWithPrivateKey(key);
        root = X509Certificate2.CreateFromPem(File.ReadAllText(Path.Combine(manager.DataDirectory, "ca.pem")));
        channel = GrpcChannel.ForAddress(
            $"https://{manager.AgentsAddress}", new GrpcChannelOptions { HttpHandler = Handler(), DisposeHttpClient = true });
        call = new Session.SessionClient(channel).Connect(cancellationToken: limit.Token);
    }

    private static ServiceAnnouncement Postfix => new()
    {
        Name = "postfix", Driver = "postfix", Kinds =
        {
            "certificates",
            "listeners",
            "mail-flow-policies"
        }, Features = { "listener.tls", "listener.certificate" },
        Endpoints = { new Endpoint { Kind = "listeners", Name = "mx", Address = "127.0.0.1", Port = 25 } },
    };

    private uint Generation { get; }

    /// <summary>Opens a stream as the agent would; the agent itself must not run.</summary>
    public static async Task<MachineWire> OpenAsync(AgentProcess agent, ManagerProcess manager)
    {
        var wire = new MachineWire(agent, manager);
        await wire.call.RequestStream.WriteAsync(new AgentMessage
        {
            Hello = new Hello
            {
                ProtocolMin = 1, ProtocolMax = 1, AgentVersion = "0.1.0", Platform = "test", BootId = Guid.NewGuid()
                    .ToString(), Generation = wire.Generation, Services = { Postfix },
            },
        });
        await wire.NextAsync(m => m.Welcome);
        return wire;
    }

    /// <summary>Asks for content and returns the answer.</summary>
    public async Task<Content> AskAsync(ContentRequest request)
    {
        await call.RequestStream.WriteAsync(new AgentMessage { ContentRequest = request });
        return await NextAsync(m => m.Content);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        call.Dispose();
        channel.Dispose();
        identity.Dispose();
        root.Dispose();
        limit.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<T> NextAsync<T>(Func<ManagerMessage, T?> pick)
        where T : class
    {
        while (await call.ResponseStream.MoveNext(limit.Token))
        {
            if (pick(call.ResponseStream.Current) is { } found) return found;
        }

        throw new InvalidOperationException("The manager ended the stream.");
    }

    private SocketsHttpHandler Handler() => new()
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            ClientCertificateContext = SslStreamCertificateContext.Create(identity, null, offline: true),
            RemoteCertificateValidationCallback = (_, certificate, chain, _) => LeadsToRoot(certificate, chain),
        },
    };

    // Managers are known by their role, not by a host name.
    private bool LeadsToRoot(X509Certificate? certificate, X509Chain? sent)
    {
        using var chain = new X509Chain
        {
            ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck }
        };
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.ExtraStore.AddRange(sent?.ChainPolicy.ExtraStore ?? []);
        return certificate is X509Certificate2 leaf && chain.Build(leaf);
    }
}
