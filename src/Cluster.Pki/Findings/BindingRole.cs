namespace Cluster.Pki.Findings;

/// <summary>As what a certificate is used.</summary>
public enum BindingRole
{
    /// <summary>Not bound.</summary>
    None,

    /// <summary>Shown by a server.</summary>
    Server,

    /// <summary>Shown by a client.</summary>
    Client,
}
