namespace Cluster.Agent.Tests.Faults;

/// <summary>One cell of the matrix: what a fault comes to.</summary>
internal sealed record FaultCell
{
    /// <summary>Why the fault cannot be; null = it can.</summary>
    public string? Senseless { get; init; }

    /// <summary>Code of the failure that is reported; null = the new state goes live in spite of the fault.</summary>
    public string? Code { get; init; }

    /// <summary>What the report must contain for an administrator to find the cause.</summary>
    public string Says { get; init; } = "";

    /// <summary>Whether the new state arrives only when somebody asks for it again.</summary>
    public bool NeedsRetry { get; init; }

    /// <summary>Whether the fault itself keeps clients from being served until it is mended or the new state arrives.</summary>
    public bool Silences { get; init; }

    /// <summary>Whether clients are served the old state, although the new one was applied, until the fault is mended.</summary>
    public bool ServesOld { get; init; }

    /// <summary>How what went live in spite of the fault was shown, as <c>VerificationMethod</c> calls it.</summary>
    public string Method { get; init; } = "";

    /// <summary>Whether the quick run tries it.</summary>
    public bool Quick { get; init; }
}
