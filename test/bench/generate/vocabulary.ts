const words = (text: string): readonly string[] => text.trim().split(/\s+/)

export const verbs = words(`
  settle record select merge price approve cancel export notify retry
  parse render store split expire verify collect resolve queue audit
`)

export const traits = words(`
  pending overdue total first last known shared partial signed rounded
  open daily local minimal latest failed visible usual cached remote
`)

export const fields = words('id total currency owner status created region limit')

export const nouns = words(`
  invoice refund order customer shipment address payment coupon ledger account
  carrier parcel voucher receipt tariff quote contract supplier batch session
  webhook report calendar message permission catalogue warehouse deposit region tax
`)

export const services = words(`
  billing shipping checkout catalog accounts search mailing stock pricing returns
  loyalty fraud reports support export identity tracking planning media audit
`)
