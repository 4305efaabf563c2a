namespace Cluster.Agent.Link;

/// <summary>What passes between the two processes of an agent.</summary>
internal enum LinkFrameKind : byte
{
    /// <summary>Session → apply: a message of the manager, as received.</summary>
    FromManager = 1,

    /// <summary>Apply → session: a message for the manager, sent while a stream is open, else dropped.</summary>
    ToManager = 2,

    /// <summary>Apply → session: the whole state (a Heartbeat), from which Hello and heartbeats are made.</summary>
    State = 3,

    /// <summary>Session → apply: how the connection stands.</summary>
    Report = 4,

    /// <summary>Apply → session: tell the manager that the host leaves.</summary>
    Leave = 5,

    /// <summary>Session → apply: what came of it.</summary>
    LeaveReply = 6,
}

/// <summary>One message between the two processes.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Payload">Its bytes.</param>
internal readonly record struct LinkFrame(LinkFrameKind Kind, ReadOnlyMemory<byte> Payload);
