using System.Net.Security;

namespace Cluster.Manager.Hosting.Endpoints;

/// <summary>How the agents' port does TLS; registered by the feature that serves agents.</summary>
internal interface IAgentHandshake
{
    /// <summary>Options of one handshake, made anew for each: certificates and the time of now.</summary>
    SslServerAuthenticationOptions ForHandshake();
}
