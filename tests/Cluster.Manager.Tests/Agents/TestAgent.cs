using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cluster.Manager.Features.ControlCa;
using Cluster.Manager.Tests.Hosting;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Google.Protobuf;
using Grpc.Net.Client;
using EnrollmentRpc = Cluster.Protocol.V1.Enrollment;

namespace Cluster.Manager.Tests.Agents;

/// <summary>A small agent of the tests: real keys, real TLS with the manager's root, no software behind it.</summary>
internal sealed class TestAgent : IDisposable
{
    private readonly List<GrpcChannel> channels = [];

    private TestAgent(TestManager host, ECDsa key, JoinResponse joined)
    {
        Host = host;
        Key = key;
        Joined = joined;
        Identity = Pair(key, joined.CertificateChain[0]);
        Generation = joined.Generation;
    }

    public TestManager Host { get; }

    public ECDsa Key { get; private set; }

    public JoinResponse Joined { get; }

    public X509Certificate2 Identity { get; private set; }

    public uint Generation { get; private set; }

    internal Features.Fleet.MachinePrincipal Principal => new(ClusterId, MachineId, (int)Generation, Departed: false);

    public Guid ClusterId => Guid.Parse(Joined.ClusterId);

    public Guid MachineId => Guid.Parse(Joined.MachineId);

    public static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static async Task<TestAgent> JoinAsync(
        TestManager host, string token, string name, ECDsa? key = null, Action<JoinRequest>? change = null)
    {
        var own = key ?? NewKey();
        var request = JoinRequestFor(token, name, own);
        change?.Invoke(request);
        using var channel = Channel(host, null);
        return new TestAgent(host, own, await new EnrollmentRpc.EnrollmentClient(channel).JoinAsync(request));
    }

    public static async Task<TestAgent> NewAsync(TestManager host, string name) => await JoinAsync(host, await host.NewTokenAsync(), name);

    public static JoinRequest JoinRequestFor(string token, string name, ECDsa key) => new()
    {
        Token = token, MachineName = name, AgentVersion = "0.1.0", Platform = "test",
        CertificateRequest = ByteString.CopyFrom(Request(key)),
    };

    public static byte[] Request(ECDsa key) => new CertificateRequest("CN=agent", key, HashAlgorithmName.SHA256).CreateSigningRequest();

    public static RejoinProof ProofFor(TestAgent departed, string token, ECDsa newKey) => new()
    {
        MachineId = departed.Joined.MachineId,
        Generation = departed.Generation,
        Signature = ByteString.CopyFrom(departed.Key.SignData(
            SignedBytes.Of(
                ProtocolLimits.RejoinLabel,
                Encoding.UTF8.GetBytes(token),
                newKey.ExportSubjectPublicKeyInfo()), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
    };

    public EnrollmentRpc.EnrollmentClient Enrollment() => new(Connect(Host));

    /// <summary>Takes the next generation into use.</summary>
    public async Task<RenewResponse> RenewAsync(ECDsa? key = null, bool use = true)
    {
        var next = key ?? NewKey();
        var answer = await Enrollment().RenewAsync(new RenewRequest { CertificateRequest = ByteString.CopyFrom(Request(next)) });
        if (!use) return answer;
        (Key, Identity, Generation) = (next, Pair(next, answer.CertificateChain[0]), answer.Generation);
        return answer;
    }

    /// <summary>Opens a stream and says Hello.</summary>
    public async Task<TestStream> ConnectAsync(string? boot = null, Action<Hello>? change = null, TestManager? to = null)
    {
        var call = new Session.SessionClient(Connect(to ?? Host)).Connect();
        var hello = new Hello
        {
            ProtocolMin = 1,
            ProtocolMax = 1,
            AgentVersion = "0.1.0",
            Platform = "test",
            BootId = boot ?? Guid.NewGuid().ToString(),
            Generation = Generation,
            Services = { Service() }
        };
        change?.Invoke(hello);
        await call.RequestStream.WriteAsync(new AgentMessage { Hello = hello });
        return new TestStream(call);
    }

    public static ServiceAnnouncement Service(string name = "postfix") => new()
    {
        Name = name, Driver = "postfix",
        Kinds = { "outbound", "listeners", "certificates", "mail-flow-policies", "destination-controls", "trust", "trusted-authorities" },
        Features = { "outbound.certificate", "outbound.hostname", "listener.tls", "listener.certificate" },
    };

    public void Dispose()
    {
        foreach (var channel in channels) channel.Dispose();
        Identity.Dispose();
    }

    public static GrpcChannel Channel(TestManager host, X509Certificate2? identity)
    {
        var root = X509CertificateLoader.LoadCertificate(host.Get<ControlAuthority>().Keys.Root.Der.Span);
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificateContext = identity is null ? null : SslStreamCertificateContext.Create(identity, null, offline: true),
                RemoteCertificateValidationCallback = (_, certificate, chain, _) => Verify(certificate, chain, root),
            },
        };
        return GrpcChannel.ForAddress(host.AgentsAddress, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }

    private GrpcChannel Connect(TestManager host)
    {
        var channel = Channel(host, Identity);
        channels.Add(channel);
        return channel;
    }

    private static bool Verify(X509Certificate? certificate, X509Chain? sent, X509Certificate2 root)
    {
        using var chain = new X509Chain
        {
            ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck }
        };
        chain.ChainPolicy.CustomTrustStore.Add(root);
        foreach (var element in sent?.ChainPolicy.ExtraStore ?? []) chain.ChainPolicy.ExtraStore.Add(element);
        return certificate is X509Certificate2 leaf && chain.Build(leaf)
            && leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>()
                .Any(e => Encoding.ASCII.GetString(e.RawData).Contains("urn:cluster:role:manager", StringComparison.Ordinal));
    }

    private static X509Certificate2 Pair(ECDsa key, ByteString certificate)
    {
        using var bare = X509CertificateLoader.LoadCertificate(certificate.Span);
        return bare.CopyWithPrivateKey(key);
    }
}
