using System.Net.Security;

namespace Cluster.Manager.Hosting.Endpoints;

/// <summary>The certificate that this installation issues to its managers; the REST endpoint serves it unless files are given.</summary>
internal interface IServerCertificate
{
    /// <summary>What new handshakes use; running connections keep what they have.</summary>
    SslStreamCertificateContext Current { get; }
}
