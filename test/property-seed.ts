import fc from 'fast-check'

// A red build is about the change, not about luck. `PROPERTY_SEED=$RANDOM npm test` looks further.
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 20_261_122) })
